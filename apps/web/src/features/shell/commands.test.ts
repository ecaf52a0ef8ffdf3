import { describe, expect, it } from 'vitest'
import { subjectCommands } from './commands.ts'

describe('what the search offers', () => {
  it.each([
    ['www.example.org', ['Why?', 'Queries', 'New rule']],
    ['192.0.2.7', ['Client']],
    ['192.0.2.0/24', ['Client']],
    ['2001:db8::7', ['Client']],
    ['rules', []],
    ['', []],
  ])('for %j: %j', (text, kinds) => expect(subjectCommands(text).map((command) => command.kind)).toEqual(kinds))
})
