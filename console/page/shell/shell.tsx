import { useEffect, useRef } from "preact/hooks";
import { LanesView } from "../lanes/lanes-view.tsx";
import { OrderView } from "../order/order-view.tsx";
import { OrdersView } from "../orders/orders-view.tsx";
import { PipelineView } from "../pipeline/pipeline-view.tsx";
import { SendView } from "../send/send-view.tsx";
import { VerdictView } from "../verdict/verdict-view.tsx";
import { ComponentProblems, ConnectionState, LostConnection } from "./connection.tsx";
import { type Route, useRoute, type ViewName, viewNames } from "./route.ts";
import { ThemeSwitch } from "./theme-switch.tsx";

const titles: Readonly<Record<ViewName, string>> = {
  pipeline: "Pipeline",
  lanes: "Lanes",
  orders: "Orders",
  verdict: "Verdict",
  send: "Send",
};

export function Shell() {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const place = route.view === "order" ? `order/${route.id}` : route.view;
  const first = useRef(place);
  useEffect(() => {
    document.title = `${route.view === "order" ? "Order" : titles[route.view]} · Holdup`;
    // A new view starts at its top, and screen readers read it; the first view of the page keeps the focus.
    if (first.current !== place) {
      main.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    first.current = place;
  }, [place]);
  return (
    <>
      {/* A link to #main would change the route. */}
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <header class="top">
        <p class="brand">
          <a href="#/lanes">Holdup</a>
        </p>
        <nav aria-label="Views">
          <ul class="views">
            {viewNames.map((name) => (
              <li key={name}>
                <a href={`#/${name}`} aria-current={isIn(route, name) ? "page" : undefined}>
                  {titles[name]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <ConnectionState />
        <ThemeSwitch />
      </header>
      <main id="main" tabIndex={-1} ref={main} class={`view view-${route.view}`}>
        <LostConnection />
        <ComponentProblems />
        <View route={route} />
      </main>
    </>
  );
}

function isIn(route: Route, name: ViewName): boolean {
  return route.view === name || (route.view === "order" && name === "orders");
}

function View({ route }: { route: Route }) {
  switch (route.view) {
    case "pipeline":
      return <PipelineView />;
    case "lanes":
      return <LanesView query={route.query} />;
    case "orders":
      return <OrdersView />;
    case "order":
      return <OrderView key={route.id} id={route.id} />;
    case "verdict":
      return <VerdictView />;
    case "send":
      return <SendView />;
  }
}
