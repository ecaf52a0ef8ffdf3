import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'vitest'
import { runScenario } from './run-scenario.ts'

const folder = new URL('./', import.meta.url)
const files = readdirSync(folder).filter((file) => file.endsWith('.txt'))

describe('scenarios', () => {
  it.each(files)('%s', (file) => runScenario(readFileSync(new URL(file, folder), 'utf8')))
})
