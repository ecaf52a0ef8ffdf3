/**
 * Regular expressions of rules. They run on names that anybody may ask for, so only a linear-time engine (RE2's algorithm)
 * takes them: no lookaround, no back-references, and a bound on the compiled size.
 */
import { RE2JS } from 're2js'
import { fail, ok, type Result } from '../result.ts'

export const MAX_PATTERN_SOURCE_CHARACTERS = 1024
/** Instructions of the compiled program: matching costs at most this times the length of the name. */
export const MAX_PATTERN_INSTRUCTIONS = 2000

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
  try {
    const compiled = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE)
    if (compiled.programSize() > MAX_PATTERN_INSTRUCTIONS)
      return fail('the regular expression is too large when compiled')
    return ok({ test: (name) => compiled.test(name) })
  } catch (error) {
    return fail(reason(error))
  }
}

function reason(error: unknown): string {
  const detail = error instanceof Error ? error.message.replace('error parsing regexp: ', '').replace('(?i)', '') : ''
  const hint = /Perl syntax|escape sequence/.test(detail) ? ' (lookaround and back-references are not supported)' : ''
  return `not a valid regular expression: ${detail}${hint}`
}
