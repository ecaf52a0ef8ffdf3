import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../property-runs.ts'
import { parseRuleLine } from '../rules/parse-line.ts'
import { matchOfClass, nameClass } from './name-class.ts'
import { COMMENT, NOT_SIMPLE, SimpleLine } from './simple-line.ts'

const pieces = fc.constantFrom(
  ...[
    '||',
    '@@',
    '@@||',
    '^',
    '*.',
    '.',
    ' ',
    '\t',
    '#',
    ' # c',
    '!',
    ';',
    '0.0.0.0 ',
    '127.0.0.1\t',
    '::1 ',
    ':: ',
    '/',
    'local-zone: "',
  ],
  ...[
    '." always_null',
    '" static',
    ' CNAME .',
    ' CNAME *.',
    'address=/',
    'server=/',
    'local=/',
    'localhost',
    'localhost.localdomain',
    '1.2.3.4',
  ],
  ...[
    'a.example',
    'A.Example.',
    'b',
    '-x_.example',
    '1.example',
    'a'.repeat(64),
    `${'a.'.repeat(125)}bcd`,
    `${'a.'.repeat(126)}bc`,
    '$important',
    '32.1.2.0.192.',
    'rpz-ip',
    '.RPZ-client-ip',
    '\\046',
    'ü',
  ],
)

describe('SimpleLine', () => {
  it('reads each line as the parser of the rule language does, or leaves it', () => {
    const text = fc.array(pieces, { maxLength: 4 }).map((parts) => parts.join(''))
    let simpleCount = 0
    fc.assert(
      fc.property(text, fc.constantFrom('wildcard', 'adblock'), (line, dialect) => {
        const simple = new SimpleLine('block', dialect === 'wildcard')
        const octets = new TextEncoder().encode(`<${line}>`)
        const found = simple.read(octets, 1, octets.length - 1)
        if (found === NOT_SIMPLE) return
        const outcome = parseRuleLine(line, dialect)
        if (found === COMMENT) {
          expect(outcome.kind).toBe('blank')
          return
        }
        simpleCount++
        const pattern = String.fromCharCode(...simple.name.subarray(0, simple.length))
        const action = found === nameClass('allow', 'suffix', false) ? 'allow' : 'block'
        expect(outcome).toEqual({ kind: 'rules', rules: [{ action, match: matchOfClass(found), pattern }] })
      }),
      propertyRuns(5000),
    )
    expect(simpleCount).toBeGreaterThan(50)
  })
})
