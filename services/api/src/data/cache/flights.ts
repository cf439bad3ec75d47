/** However many ask for the same at once, one goes and fetches it (single flight). */

export interface Flights<T> {
  /** @returns what the flight brings that is under way, or that of a new one. */
  readonly join: (key: string, fetch: () => Promise<T>) => Promise<T>;
}

export function createFlights<T>(): Flights<T> {
  const underWay = new Map<string, Promise<T>>();
  return {
    join: async (key, fetch) => {
      const joined = underWay.get(key);
      if (joined !== undefined) return joined;
      const flight = fetch().finally(() => underWay.delete(key));
      underWay.set(key, flight);
      return flight;
    },
  };
}
