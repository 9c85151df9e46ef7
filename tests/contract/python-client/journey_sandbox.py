"""A world, its clock, a snapshot, a refusal: with the client generated from /openapi/sandbox.json."""

import datetime
import sys

from sandbox import AuthenticatedClient
from sandbox.api.clock import advance_clock, set_clock
from sandbox.api.snapshots import restore_snapshot, take_snapshot
from sandbox.api.worlds import create_world, get_world, list_worlds
from sandbox.models import Advance, Clock, ClockSetting, NewSnapshot, NewWorld, Problem, World

caller = AuthenticatedClient(
    base_url=sys.argv[1], token="contract", raise_on_unexpected_status=True
)
noon = datetime.datetime(2031, 5, 1, 12, tzinfo=datetime.timezone.utc)

world = create_world.sync(client=caller, body=NewWorld(name="ci-7"))
assert isinstance(world, World) and world.name == "ci-7", world

clock = set_clock.sync(client=caller, world="ci-7", body=ClockSetting(now=noon, frozen=True))
assert isinstance(clock, Clock) and clock.now == noon, clock
taken = take_snapshot.sync(client=caller, world="ci-7", body=NewSnapshot(name="noon"))
assert not isinstance(taken, Problem), taken
clock = advance_clock.sync(client=caller, world="ci-7", body=Advance(hours=2))
assert isinstance(clock, Clock) and clock.now == noon + datetime.timedelta(hours=2), clock
restored = restore_snapshot.sync("noon", client=caller, world="ci-7")
assert not isinstance(restored, Problem), restored

known = get_world.sync("ci-7", client=caller)
assert isinstance(known, World) and (known.now, known.snapshots) == (noon, 1), known
worlds = list_worlds.sync(client=caller)
assert worlds is not None and not isinstance(worlds, Problem), worlds
assert "ci-7" in [it.name for it in worlds.worlds], worlds

again = create_world.sync_detailed(client=caller, body=NewWorld(name="ci-7"))
assert again.status_code == 409 and isinstance(again.parsed, Problem), again
print("sandbox: the journey is through")
