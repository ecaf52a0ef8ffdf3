/** What was damaged in weir.db and left out, in words, for the log: the first ones, since a damaged file may have any number. */
export const MAX_FAULTS = 50

export const damage = (where: string): string => `${where} is damaged and was left out`

export class ConfigFaults {
  readonly texts: string[] = []

  add(text: string): void {
    if (this.texts.length < MAX_FAULTS) this.texts.push(text)
  }

  /** @returns `fallback` where `text` is not JSON, or not of the right shape: decisions would break on it, for every query */
  parse<T>(text: string, where: string, fallback: T, isRight: (value: unknown) => boolean = () => true): T {
    try {
      const value: unknown = JSON.parse(text)
      if (isRight(value)) return value as T
    } catch {
      // Told below.
    }
    this.add(damage(where))
    return fallback
  }
}
