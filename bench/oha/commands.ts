/** The slug of the event with seats, and of the one that is sold out. */
export const OPEN_EVENT = "mela";
export const FULL_EVENT = "sold-out";

/** The files of request bodies, one a line. */
export const BODY_FILES = {
  registrations: "registrations.jsonl",
  codes: "codes.jsonl",
  soldOut: "sold-out.jsonl",
} as const;

export interface OhaCommand {
  readonly title: string;
  /** To be run first: what runs for the first time is slow, and connections are cold. */
  readonly warmUp: string;
  readonly measure: string;
}

export interface Place {
  /** Of the service, as in `http://127.0.0.1:3100`. */
  readonly url: string;
  /** Where the body files lie, as a shell in the project's folder names it. */
  readonly folder: string;
}

/** What to paste, in the order in which `README.md` explains it. */
export function ohaCommands({ url, folder }: Place): readonly OhaCommand[] {
  const open = `${url}/api/v1/events/${OPEN_EVENT}`;
  const full = `${url}/api/v1/events/${FULL_EVENT}`;
  const post = (file: keyof typeof BODY_FILES, target: string) =>
    `-m POST -T application/json -Z ${folder}/${BODY_FILES[file]} ${target}`;
  return [
    atRate("The page", 2_000, `${url}/e/${OPEN_EVENT}`),
    atRate("tick", 5_000, `${open}/tick`),
    atRate("Code requests", 2_000, post("codes", `${open}/codes`)),
    atRate("Registrations", 1_000, post("registrations", `${open}/registrations`)),
    atRate("Sold out: asking for a code", 2_000, post("codes", `${full}/codes`)),
    atRate(
      "Sold out: registering with the right code",
      1_000,
      post("soldOut", `${full}/registrations`),
    ),
  ];
}

const CONNECTION_COUNT = 128;
const WARM_UP_S = 2;
const MEASURE_S = 15;

/** An open loop: requests are due at a fixed rate, and what one waits for a free connection counts as latency. */
function atRate(title: string, requestsPerS: number, target: string): OhaCommand {
  const command = (lastsS: number) =>
    `oha --no-tui --latency-correction -c ${CONNECTION_COUNT} -q ${requestsPerS} -n ${requestsPerS * lastsS} ${target}`;
  return { title, warmUp: command(WARM_UP_S), measure: command(MEASURE_S) };
}
