const answerWithinMs = 2_000;

/** Whether a Jaeger has pages for people, as the embedded trace store has not: that leads to the console. */
export async function hasPages(jaegerUrl: string): Promise<boolean> {
  try {
    const { origin, pathname } = new URL(jaegerUrl);
    const answer = await fetch(`${origin}${pathname}`, {
      redirect: "manual",
      signal: AbortSignal.timeout(answerWithinMs),
    });
    await answer.body?.cancel();
    return answer.status === 200 && (answer.headers.get("content-type") ?? "").includes("text/html");
  } catch {
    return false;
  }
}
