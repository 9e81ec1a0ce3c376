import { createStore } from "../live/store.ts";
import { type Camera, startCamera } from "./camera.ts";

/** What the lanes show; kept while other views are looked at. */
export const lanesCamera = createStore<Camera>(startCamera(Date.now()));
