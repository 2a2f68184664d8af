import { InvalidArgumentError } from 'commander';

/** Reads the whole number of an option; with any other the command ends before anything is sent. */
export function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    const end = maximum === Number.MAX_SAFE_INTEGER ? '' : ` to ${maximum}`;
    throw new InvalidArgumentError(`It is a whole number from ${minimum}${end}.`);
  };
}

export const port = wholeNumber(0, 65_535);
/** How many rows of a list are shown at most. */
export const atMost = wholeNumber(1);
