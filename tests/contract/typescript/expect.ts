// What both journeys hold their answers with: a difference ends the program with what was expected.

declare const process: { argv: string[]; exitCode?: number };

/** The address of the server, which is the program's one argument. */
export function serverAddress(): string {
  const address = process.argv[2];
  if (address === undefined) throw new Error("usage: node JOURNEY.js http://127.0.0.1:PORT");
  return address;
}

/** That `got` is `expected`, compared as JSON. */
export function same(what: string, got: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(got), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: expected ${right}, got ${left}`);
}

/** What the answer holds, where it has this status. */
export function answered<Data, Refusal>(
  answer: { data?: Data; error?: Refusal; response: Response },
  status: number,
): Data {
  same(`status of ${answer.response.url}`, [answer.response.status, answer.error ?? null], [status, null]);
  if (answer.data === undefined) throw new Error(`${answer.response.url} answered ${status} and nothing`);
  return answer.data;
}

/** What the refusal says, where it has this status. */
export function refused<Data, Refusal>(
  answer: { data?: Data; error?: Refusal; response: Response },
  status: number,
): Refusal {
  same(`status of ${answer.response.url}`, answer.response.status, status);
  if (answer.error === undefined) throw new Error(`${answer.response.url} refused and said nothing`);
  return answer.error;
}
