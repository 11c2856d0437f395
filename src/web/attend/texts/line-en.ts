import { counter } from "../../../language/counting.ts";
import type { LineTexts } from "./line-texts.ts";

const count = counter("en");

export const line: LineTexts = {
  lobbyFrom: (instant) =>
    `The waiting room opens on ${instant}. Come any time before the opening: places are drawn then, and nobody gains by being first.`,
  early: {
    lead: (instant) =>
      `Registration opens on ${instant}. Confirm your phone now, and you are taken into the draw by yourself.`,
    readyLead:
      "Your phone is confirmed. Fill this in and keep this page: it takes you into the waiting room by itself.",
  },
  join: {
    lobbyTitle: "Join the waiting room",
    lobbyLead: (instant) => `Places in the line are drawn on ${instant}.`,
    title: "Join the line",
    lead: "Seats are being given out. Take a place in the line, and you are let in when it is your turn.",
    byCode: "We send a code by SMS. One phone, one place.",
    byProof:
      "Your phone works a moment for its place, which keeps robots out. One phone, one place.",
    send: "Take my place",
  },
  draw: {
    title: "You are in the draw",
    drawnIn: "Drawn in",
    drawnAt: (instant) => `Places are drawn on ${instant}.`,
    sameChance: "It does not matter when you join: everyone here before then has the same chance.",
    listCloses: (time) => `The list of the draw closes at ${time}.`,
    people: (people) =>
      count(people, {
        one: "# person is in the draw so far.",
        other: "# people are in the draw so far.",
      }),
    stay: "Keep this page open, or come back at the opening. Loading it again changes nothing.",
    drawing: "Places are being drawn now. This takes a moment.",
  },
  placing: { title: "Places have been drawn", lead: "One moment: this page is finding yours." },
  waiting: {
    title: "You are in the line",
    aheadOfYou: "People ahead of you",
    about: (people) => `about ${people}`,
    fewerThan: (people) => `fewer than ${people}`,
    turnIn: (wait) => `Your turn comes in about ${wait}.`,
    turnSoon: "Your turn comes in less than a minute.",
    turnFarOff: "Your turn is more than three hours away.",
    turnUnknown: "How long it takes cannot be told yet.",
    chance: {
      likely: "As things stand, there are seats enough until your turn.",
      "if-others-give-up":
        "It will be close: your turn comes if some people ahead give up their seats.",
      unlikely:
        "The seats will probably be gone before your turn. Some may come free; you can stay.",
    },
    stay: "Keep this page open, or come back: your place stays yours. Loading it again gains nothing.",
    keptFor: (wait) => `At your turn a seat is kept for you for ${wait}.`,
  },
  turn: {
    title: "It is your turn",
    tabTitle: "Your turn",
    keptFor: "Your seat is kept for",
    over: "The time is over; your seat may have gone to the next in line.",
    phoneNote: "Your place belongs to this number.",
  },
  lapsed: {
    title: "Your seat has gone to the next in line",
    lead: "It was kept for you, and its time ran out. You can join the line again, at its end.",
  },
  joinAgain: "Join again at the end",
  fillIn: "Fill this in meanwhile; at your turn one tap is enough.",
  notYet: "Not your turn yet",
  yours: "This place belongs to",
  cost: {
    verification: "It cost a confirmed phone.",
    proof: "It cost a moment of your phone's work.",
  },
  lost: "There is no connection. Your place is kept, and this page goes on by itself.",
};
