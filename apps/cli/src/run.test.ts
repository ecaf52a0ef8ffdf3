import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from './run.ts'
import { processTerminal, type Terminal } from './terminal.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-cli-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function weir(...args: string[]) {
  let [out, err] = ['', '']
  const terminal: Terminal = {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    read: processTerminal.read,
    ask: undefined,
  }
  return { code: await run(args, {}, terminal), out, err }
}

describe('the command line', () => {
  it('explains itself, and refuses what it does not know', async () => {
    expect(await weir('--help')).toMatchObject({ code: 0, out: expect.stringContaining('weir policy plan FILE') })
    expect((await weir()).code).toBe(1)
    expect(await weir('policy', 'frobnicate')).toMatchObject({
      code: 1,
      err: "weir: 'policy frobnicate' is no command (weir --help)\n",
    })
    expect(await weir('policy', 'plan', '--nonsense')).toMatchObject({
      code: 1,
      err: expect.stringContaining('--nonsense'),
    })
    expect(await weir('policy', 'plan', 'x', '--expect-revision', 'last')).toMatchObject({
      err: "weir: --expect-revision: 'last' is no revision\n",
    })
    expect(await weir('rules', 'import', 'a', '--url', 'ftp://example.org')).toMatchObject({
      err: expect.stringContaining("'ftp://example.org' is no address of Weir"),
    })
  })
})

describe('checking rules', () => {
  it('names the file, the line and the reason, and counts the rest', async () => {
    const file = join(folder, 'rules.txt')
    writeFileSync(
      file,
      '! a comment\n||ads.example^\n\nexample.org##.banner\n||bad.example^$nonsense\n0.0.0.0 a.example b.example\n',
    )
    const { code, out, err } = await weir('rules', 'check', file)
    expect(code).toBe(1)
    expect(out).toBe('')
    const [fault, counts] = err.split('\n')
    expect(fault).toMatch(new RegExp(`^${file}:5: .*nonsense.*: \\|\\|bad\\.example\\^\\$nonsense$`))
    expect(counts).toBe('3 rules, 1 lines not for DNS, 1 refused')
  })

  it('tells programs what each line means', async () => {
    const file = join(folder, 'rules.txt')
    writeFileSync(file, '@@||good.example^\n')
    const { code, out } = await weir('rules', 'check', file, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ line: 1, rule: { action: 'allow', pattern: 'good.example' } })
  })

  it('says which file is not there', async () => {
    expect(await weir('rules', 'check', join(folder, 'none'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('ENOENT'),
    })
  })
})
