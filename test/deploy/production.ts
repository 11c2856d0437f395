/** The secrets that `.github/OPERATING.md` has an operator set; random, and of no other use. */
export const PRODUCTION_SECRETS: Readonly<Record<string, string>> = {
  DATABASE_URL: "postgres://floodgate@pgbouncer.example/floodgate",
  SECRET: "t0gbYVxPzL3n5Yt8uE2b9QmW4kJ7rS1dH6vC0aXeZiM",
  TICKET_KEYS: "1:Yl0WcmDhV2K9sJxq5T8nR3uBvE7gLpAzOiQ4f6yHk1M",
  ORIGIN_SECRET: "0vU8bqR5eYt2mX7kWc4nZs9hLp3jGd6fAoQ1iT_xBuE",
  METRICS_TOKEN: "K5wN8tYc2mPqZ7rXb4vJh1sGd9fLo3aUe6iT0xQyBnM",
};
