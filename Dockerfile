# The program and nothing else: a static binary in an empty image.
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /sandbook
COPY . .
# The typed clients are for tests written in Rust; a server needs none.
RUN cargo build --release --locked --no-default-features

FROM scratch
COPY --from=build /sandbook/target/release/sandbook /sandbook
COPY --from=build /sandbook/LICENSE /sandbook/LICENSE-MIT /sandbook/LICENSE-APACHE /licenses/
USER 65532:65532
# Inside a container localhost reaches nobody. Off loopback the control room's reset is closed,
# unless SANDBOOK_OPEN_CONTROL=true.
ENV SANDBOOK_HOST=0.0.0.0
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=4s --start-period=2s CMD ["/sandbook", "health"]
ENTRYPOINT ["/sandbook"]
