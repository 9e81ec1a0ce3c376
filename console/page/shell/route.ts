import { useEffect, useState } from "preact/hooks";

export const viewNames = ["pipeline", "lanes", "orders", "verdict", "send"] as const;
export type ViewName = (typeof viewNames)[number];

/** `#/order/42` is the view `order` of 42; `#/lanes?order=42` the lanes with it selected. */
export type Route =
  | { readonly view: ViewName; readonly query: URLSearchParams }
  | { readonly view: "order"; readonly id: string; readonly query: URLSearchParams };

/** An unknown hash leads to the lanes. */
export function readRoute(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [name = "", id = ""] = path.split("/");
  const query = new URLSearchParams(search);
  // An order is also found by its trace.
  if ((name === "order" || name === "trace") && id !== "") return { view: "order", id: decoded(id), query };
  return { view: viewNames.find((known) => known === name) ?? "lanes", query };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function orderHash(id: string): string {
  return `#/order/${encodeURIComponent(id)}`;
}

/** The lanes with an order selected, and optionally the time to show. */
export function lanesHash(order: string, view?: { readonly fromMs: number; readonly toMs: number }): string {
  const query = new URLSearchParams({ order });
  if (view) {
    query.set("from", `${Math.floor(view.fromMs)}`);
    query.set("to", `${Math.ceil(view.toMs)}`);
  }
  return `#/lanes?${query}`;
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => readRoute(location.hash));
  useEffect(() => {
    const follow = () => setRoute(readRoute(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}
