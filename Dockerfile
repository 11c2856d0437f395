# The exact Bun of package.json and CI. There is no container engine in CI: test/deploy/image.test.ts reads this
# file and performs it step by step, so it keeps to the instructions which that test knows.
FROM oven/bun:1.4.5-slim AS packages
WORKDIR /app
COPY package.json bun.lock bunfig.toml ./
# Optional is the embedded PostgreSQL alone, and production brings its own.
RUN bun install --frozen-lockfile --production --omit=optional

FROM oven/bun:1.4.5-slim
WORKDIR /app
ENV NODE_ENV=production PORT=8080
# Owned by root and read by "bun": the service cannot change its own code.
COPY --from=packages /app/node_modules ./node_modules
# The pages are bundled at the start, and how JSX is read stands in tsconfig.json.
COPY package.json tsconfig.json ./
COPY src ./src
COPY workers ./workers
USER bun
EXPOSE 8080
# No shell between: SIGTERM reaches the service, which then finishes what is under way.
CMD ["bun", "src/main.ts"]
