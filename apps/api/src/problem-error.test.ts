import { readFileSync } from 'node:fs'
import { PROBLEMS, Problem, type ProblemCode } from '@weir/shared/contract/problem'
import { describe, expect, it } from 'vitest'
import { problemBody } from './problem-error.ts'

const document = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8')
const sections = new Map(
  document
    .split(/^### /m)
    .slice(1)
    .map((section): [string, string] => [section.split('\n', 1)[0] ?? '', section]),
)

describe('the catalogue of problems', () => {
  it.each(Object.keys(PROBLEMS) as ProblemCode[])(
    'has a section in docs/api.md that begins with the status: %s',
    (code) => {
      expect(sections.get(code)).toMatch(new RegExp(`^${code}\n\n${PROBLEMS[code].status}\\. `))
    },
  )
  it('has no section for a code that does not exist', () => {
    expect([...sections.keys()].filter((code) => !(code in PROBLEMS))).toEqual([])
  })
  it('makes bodies that the contract knows', () => {
    const details = { detail: 'd', errors: [{ field: 'a[0]', message: 'm' }], existingId: 3 }
    expect(Problem.strict().parse(problemBody('conflict', details))).toMatchObject({ status: 409, ...details })
  })
})
