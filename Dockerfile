# One image for all services: `command` selects one. Node strips the types, so only a cache of compiled code is built.
FROM node:24.21.0-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# What the services need; for the package.json at the root, which describes the package holdup-explain, all of it is development.
COPY infra/image infra/image
COPY patches patches
RUN npm ci --omit=dev --ignore-scripts --loglevel=error && npx patch-package

# The console's page; its build tools stay in this stage.
FROM packages AS page
RUN npm ci --ignore-scripts --loglevel=error
COPY . .
RUN NODE_ENV=production node console/build.ts

# What the services run: without the source of the page, the command line and the trace store.
FROM node:24.21.0-slim AS services
WORKDIR /services
COPY . .
RUN rm -rf console/page console/build.ts lab patches tracestore

# Compiled code is stored by user, path and V8 flags, so these are the same as for the services.
FROM node:24.21.0-slim AS compiled
WORKDIR /app
ENV NODE_COMPILE_CACHE=/tmp/compiled
COPY --from=packages /app/node_modules node_modules
COPY . .
USER node
RUN node -e 'import("/app/lab/embedded/start/compile.ts").then(({ compile }) => \
  compile({ root: "/app", env: process.env, signal: AbortSignal.timeout(120_000) }))'

FROM node:24.21.0-slim
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=services /services .
COPY --from=page /app/.holdup/console .holdup/console
COPY --from=compiled --chown=node /tmp/compiled /var/cache/holdup
ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/var/cache/holdup \
    HOLDUP_HOST=0.0.0.0 \
    HOLDUP_API_PORT=8080 \
    HOLDUP_HEALTH_PORT=8080
USER node
# Bash is in the image and takes 2 ms; another Node would take 26 ms of the CPU that the lab measures.
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=6 CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r -t 3 line <&3 && [[ $line == *' 200 '* ]]"]
# The flags are explained in lab/system/process/node-flags.ts.
ENTRYPOINT ["node", "--max-semi-space-size=2", "--single-threaded-gc", \
  "--import", "./infra/compose/instance-name.ts", "--import", "./shared/telemetry/preload.ts"]
CMD ["api-service/main.ts"]
