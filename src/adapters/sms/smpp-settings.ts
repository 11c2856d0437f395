/** How one SMSC takes messages over SMPP 3.4, and under which account. */
export interface SmppSettings {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly systemId: string;
  readonly password: string;
  /** Empty where the provider names none. */
  readonly systemType: string;
  /** Whom a message is from: a number or up to eleven characters, as the two below say. */
  readonly sourceAddress: string;
  /** Type of number, SMPP 3.4 section 5.2.5: 5 is alphanumeric. */
  readonly sourceTon: number;
  /** Numbering plan, section 5.2.6. */
  readonly sourceNpi: number;
  /** Submits without an answer, as agreed with the provider. */
  readonly windowMax: number;
  /** For each answer of the SMSC, and for the connection. */
  readonly responseTimeoutMs: number;
  /** After this long without an answer from the SMSC it is asked whether it is there. */
  readonly enquireLinkMs: number;
  /** Whether the SMSC reports what became of each message. */
  readonly registeredDelivery: boolean;
  /** How long the SMSC goes on trying; null leaves it to the SMSC. */
  readonly validityMs: number | null;
}
