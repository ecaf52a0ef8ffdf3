/** What commands read and write: the process's own streams, or those of a test. */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'

export interface Terminal {
  out(text: string): void
  err(text: string): void
  /** A file, or, for `-`, the standard input. @throws CommandError */
  read(path: string): string
  /** Undefined: nobody is there to be asked. */
  readonly ask: ((question: string) => Promise<string>) | undefined
}

/** Ends the command with code 1 and one line. */
export class CommandError extends Error {}

const STANDARD_INPUT = 0

export const processTerminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  read(path) {
    try {
      return readFileSync(path === '-' ? STANDARD_INPUT : path, 'utf8')
    } catch (error) {
      throw new CommandError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`)
    }
  },
  ask: process.stdin.isTTY
    ? async (question) => {
        const lines = createInterface({ input: process.stdin, output: process.stderr })
        try {
          return await lines.question(question)
        } finally {
          lines.close()
        }
      }
    : undefined,
}
