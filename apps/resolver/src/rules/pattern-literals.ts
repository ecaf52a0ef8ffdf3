/**
 * Text that a name must hold for a regular expression to match it, so that most patterns need not run at all.
 *
 * `^ads[0-9]+\.track` can only match names with `.track` in them; `foo|barbaz` only those with `foo` or `barbaz`.
 * Whatever is not plainly a literal ends a run; what could be misread gives up. So the answer may be weaker than true,
 * never stronger.
 */

import { MIN_LITERAL_CHARACTERS } from './literal-index.ts'

/**
 * The required literals of each top-level alternative, lower case, each at least MIN_LITERAL_CHARACTERS long.
 * @param source RE2 syntax, matched without case; known to compile
 * @returns null when an alternative has none
 */
export function requiredLiterals(source: string): string[][] | null {
  const alternatives: string[][] = [[]]
  let run = ''
  const endRun = (): void => {
    if (run.length >= MIN_LITERAL_CHARACTERS) alternatives.at(-1)!.push(run)
    run = ''
  }
  for (let at = 0; at < source.length; ) {
    const token = readToken(source, at)
    if (token === null) return null
    at += token.characters
    if (token.kind === 'alternative') {
      endRun()
      alternatives.push([])
    } else if (token.kind === 'literal') run += token.text
    else {
      // `ab?` and `ab*` do not require the b; `ab+` does, but what follows does not stand right behind it.
      if (token.kind === 'optional') run = run.slice(0, -1)
      endRun()
    }
  }
  endRun()
  return alternatives.every(({ length }) => length > 0) ? alternatives : null
}

interface Token {
  readonly kind: 'literal' | 'optional' | 'break' | 'alternative'
  readonly characters: number
  readonly text: string
}
const token = (kind: Token['kind'], characters: number, text = ''): Token => ({ kind, characters, text })

/** @returns null for what is not understood */
function readToken(source: string, at: number): Token | null {
  const character = source[at]!
  switch (character) {
    case '|':
      return token('alternative', 1)
    case '*':
    case '?':
      return token('optional', 1)
    case '{':
      return token('optional', /^\{\d+(?:,\d*)?\}/.exec(source.slice(at, at + 16))?.[0].length ?? 1)
    case '+':
    case '.':
    case '^':
    case '$':
      return token('break', 1)
    case '\\':
      return readEscape(source[at + 1])
    case '[':
      return token('break', classLength(source, at))
    case '(':
      return readGroup(source, at)
    default:
      // Other characters never stand for themselves in canonical names.
      return /[a-z0-9_-]/i.test(character) ? token('literal', 1, character.toLowerCase()) : token('break', 1)
  }
}

function readEscape(next: string | undefined): Token | null {
  if (next === undefined) return null
  if (next === '.' || next === '-' || next === '_') return token('literal', 2, next)
  if (/[dDwWsSbBAz]/.test(next) || /[^a-zA-Z0-9]/.test(next)) return token('break', 2)
  // \x41, \p{…}, \Q…\E, octal: longer than it looks.
  return null
}

/** Octets of `[…]`: a `]` right after `[` or `[^` is a member, `[:alpha:]` is nested. */
function classLength(source: string, start: number): number {
  let at = start + 1
  if (source[at] === '^') at++
  if (source[at] === ']') at++
  while (at < source.length && source[at] !== ']') {
    const named = source.startsWith('[:', at) ? source.indexOf(':]', at) : -1
    if (named >= 0) at = named + 2
    else at += source[at] === '\\' ? 2 : 1
  }
  return at + 1 - start
}

/** A group as a whole: what it requires is not looked into. */
function readGroup(source: string, start: number): Token | null {
  let depth = 0
  for (let at = start; at < source.length; ) {
    const character = source[at]!
    if (character === '\\' && /[Q]/.test(source[at + 1] ?? '')) return null
    if (character === '(') depth++
    if (character === ')' && --depth === 0) return token('break', at + 1 - start)
    at += character === '\\' ? 2 : character === '[' ? classLength(source, at) : 1
  }
  return null
}
