import { expect, it } from 'vitest'
import { z } from 'zod'
import { fieldFaults } from './validation.ts'

const schema = z.strictObject({
  octets: z.int().min(65_536).max(1_000_000),
  share: z.number().gt(0),
  name: z.string().min(1).max(4),
  names: z.array(z.string()).min(2),
  own: z.string().min(3, 'a word of its own'),
})
const faultsOf = (input: object) => {
  const result = schema.safeParse({ octets: 70_000, share: 1, name: 'a', names: ['a', 'b'], own: 'abc', ...input })
  return fieldFaults(result.success ? [] : result.error.issues)
}

it.each<[object, string, string]>([
  [{ octets: 0 }, 'octets', 'must be at least 65536'],
  [{ octets: 2_000_000 }, 'octets', 'must be at most 1000000'],
  [{ share: 0 }, 'share', 'must be more than 0'],
  [{ name: '' }, 'name', 'must not be empty'],
  [{ name: 'abcde' }, 'name', 'must have at most 4 characters'],
  [{ names: ['a'] }, 'names', 'must have at least 2 entries'],
  [{ own: '' }, 'own', 'a word of its own'],
])('%o is told by its bound', (input, field, message) => {
  expect(faultsOf(input)).toEqual([{ field, message }])
})
