/** Keeps the secrets that cookies are made with, and makes a new one each day. */
import { createCookieSecrets, rollCookieSecret, SECRET_LIFE_MS } from '../limits/server-cookies.ts'

export class CookieSecrets {
  readonly memory = createCookieSecrets()
  readonly #timer = setInterval(() => rollCookieSecret(this.memory), SECRET_LIFE_MS).unref()

  stop(): void {
    clearInterval(this.#timer)
  }
}
