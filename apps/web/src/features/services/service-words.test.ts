import { describe, expect, it } from 'vitest'
import { isFound, namesInShort } from './service-words.ts'

const service = { name: 'Example Shop', domains: ['example.org', '=example.net', 'www.example.net'] }

describe('services in words', () => {
  it.each([
    ['shop', true],
    ['EXAMPLE.ORG', true],
    ['cdn.example.org', true],
    ['cdn.example.org.', true],
    ['a.example.net', false],
    ['notexample.org', false],
    ['other', false],
  ])('finds by title, name and name below: %s %s', (text, expected) => {
    expect(isFound(service, text)).toBe(expected)
  })

  it('shortens names', () => {
    expect(namesInShort(['=example.net'])).toBe('example.net')
    expect(namesInShort(service.domains)).toBe('example.org, example.net and 1 more')
  })
})
