/** However many ask for the same at once, one goes and fetches it (single flight). */

export interface Flights<T> {
  /**
   * @param fetch - is told whether what it brings may be kept: not once it was cancelled
   * @returns what the flight brings that is under way, or that of a new one
   */
  readonly join: (key: string, fetch: (mayKeep: () => boolean) => Promise<T>) => Promise<T>;
  /** From now on others start a flight of their own, and what this one brings is for those alone who have joined it. */
  readonly cancel: (key: string) => void;
}

export function createFlights<T>(): Flights<T> {
  const underWay = new Map<string, Promise<T>>();
  return {
    join: async (key, fetch) => {
      const joined = underWay.get(key);
      if (joined !== undefined) return joined;
      const flight: Promise<T> = fetch(() => underWay.get(key) === flight).finally(() => {
        if (underWay.get(key) === flight) underWay.delete(key);
      });
      underWay.set(key, flight);
      return flight;
    },
    cancel: (key) => {
      underWay.delete(key);
    },
  };
}
