/** An error response of the server; the message is for people. */
export class ServerProblem extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "ServerProblem";
    this.status = status;
  }
}

/** Reads a problem document (RFC 9457), or any other error response. */
export async function problemOf(response: Response): Promise<ServerProblem> {
  const text = await response.text().catch(() => "");
  return new ServerProblem(response.status, detailOf(text) ?? `The console answered ${response.status}.`);
}

function detailOf(text: string): string | undefined {
  try {
    const problem: unknown = JSON.parse(text);
    if (typeof problem !== "object" || problem === null) return undefined;
    if ("detail" in problem && typeof problem.detail === "string") return problem.detail;
    if ("title" in problem && typeof problem.title === "string") return problem.title;
    return undefined;
  } catch {
    return undefined;
  }
}

/** A message for people about anything thrown by a request. */
export function messageOf(error: unknown): string {
  if (error instanceof ServerProblem) return error.message;
  return "The console does not answer. Check with ./holdup status whether the lab runs; ./holdup start starts it.";
}
