/**
 * Regular expressions of rules. They run on names that anybody may ask for, so only a linear-time engine (RE2's algorithm)
 * takes them: no lookaround, no back-references, and a bound on the compiled size.
 */
import { RE2JS } from 're2js'
import { fail, ok, type Result } from '../result.ts'

export const MAX_PATTERN_SOURCE_CHARACTERS = 1024
/** Instructions of the compiled program: matching costs at most this times the length of the name. */
export const MAX_PATTERN_INSTRUCTIONS = 2000

/** As much of a pattern as a reason quotes. */
const MAX_DETAIL_CHARACTERS = 120

export interface CompiledPattern {
  /** Searches anywhere in a canonical name (no final dot), without case, as adblock and Blocky lists mean it. */
  test(name: string): boolean
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\x00-\x1f\x7f]/

/** Compiles the text between the slashes; the error is a reason in words. */
export function compilePattern(source: string): Result<CompiledPattern, string> {
  if (source === '') return fail('the regular expression is empty')
  if (source.length > MAX_PATTERN_SOURCE_CHARACTERS)
    return fail(`the regular expression is longer than ${MAX_PATTERN_SOURCE_CHARACTERS} characters`)
  if (CONTROL.test(source)) return fail('the regular expression holds a control character')
  const repeats = countRepeats(source)
  if (repeats > MAX_PATTERN_INSTRUCTIONS)
    return fail(`the regular expression repeats ${repeats} times, which is too much`)
  try {
    const compiled = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE)
    if (compiled.programSize() > MAX_PATTERN_INSTRUCTIONS)
      return fail('the regular expression is too large when compiled')
    return ok({ test: (name) => compiled.test(name) })
  } catch (error) {
    return fail(reason(error))
  }
}

/** What counted repetitions come to at least: each is an instruction. Compiling them to find out could take half a second. */
function countRepeats(source: string): number {
  let sum = 0
  for (const [, least = '', most = ''] of source.matchAll(/\{(\d{1,9})(?:,(\d{0,9}))?\}/g)) sum += Number(most || least)
  return sum
}

function reason(error: unknown): string {
  const said = error instanceof Error ? error.message.replace('error parsing regexp: ', '').replace('(?i)', '') : ''
  const detail = said.length > MAX_DETAIL_CHARACTERS ? `${said.slice(0, MAX_DETAIL_CHARACTERS)}…` : said
  const hint = /Perl syntax|escape sequence|named capture: `\(\?<[=!]/.test(detail)
    ? ' (lookaround and back-references are not supported)'
    : ''
  return `not a valid regular expression: ${detail}${hint}`
}
