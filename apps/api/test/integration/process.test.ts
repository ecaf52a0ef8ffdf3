/** The API as a process: its start, its refusals and its end, as people and supervisors see them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrate, migrationsOf } from '@weir/shared/db/migrate'
import { openWriter } from '@weir/shared/db/open-database'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const running = new Set<ChildProcess>()
let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'weir-process-'))
})
afterEach(async () => {
  for (const child of running) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  rmSync(dataDir, { recursive: true, force: true })
})

interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<{ code: number | null; stderr: string }>
  /** The first line on stdout. */
  readonly line: Promise<string>
}

/** @param maxFileBlocks of 512 octets: no file of the process grows beyond, as on a full disk */
function start(variables: Record<string, string> = {}, maxFileBlocks?: number): Started {
  const command = [process.execPath, MAIN] as const
  // The limit also sends a signal, which would end the process; what is ignored stays so.
  const limited = ['/bin/sh', '-c', `trap '' XFSZ; ulimit -f ${maxFileBlocks}; exec "$@"`, 'sh', ...command] as const
  const [file, ...args] = maxFileBlocks === undefined ? command : limited
  const child = spawn(file, args, {
    env: {
      PATH: process.env['PATH'],
      WEIR_DATA_DIR: dataDir,
      WEIR_HTTP_LISTEN: '127.0.0.1:0',
      WEIR_UPSTREAMS: '192.0.2.53',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const ended = once(child, 'exit').then(([code]) => {
    running.delete(child)
    return { code: code as number | null, stderr }
  })
  const line = new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
      if (text.includes('\n')) resolve(text.split('\n', 1)[0] ?? '')
    })
    void ended.then(() => reject(new Error(`ended before it listened: ${stderr}`)))
  })
  line.catch(() => {})
  return { child, ended, line }
}

describe('the API process', () => {
  it('prints its address with a code that sets it up, and ends on SIGTERM while an event stream is open', async () => {
    const { child, line, ended } = start({ WEIR_ADMIN_TOKEN: 'a-token-for-tests' })
    const [, url, code] = /open (http:\S+) and set up with the code (\S+)/.exec(await line) ?? []
    const setUp = await fetch(`${url}/api/v1/set-up`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code, password: 'a long password' }),
    })
    expect(setUp.status).toBe(200)
    const events = await fetch(`${url}/api/v1/events`, { headers: { authorization: 'Bearer a-token-for-tests' } })
    expect(events.status).toBe(200)
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ code: 0 })
    await events.body?.cancel().catch(() => {})
  })

  it('keeps every acknowledged change through SIGKILL', async () => {
    const variables = { WEIR_ADMIN_TOKEN: 'a-token-for-tests', WEIR_ADMIN_PASSWORD: 'a long password' }
    const headers = { authorization: 'Bearer a-token-for-tests', 'content-type': 'application/json' }
    const first = start(variables)
    const url = /http:\S+/.exec(await first.line)?.[0]
    for (let i = 0; i < 20; i++) {
      const body = JSON.stringify({ action: 'block', match: 'exact', pattern: `n${i}.example.org` })
      expect((await fetch(`${url}/api/v1/rules`, { method: 'POST', headers, body })).status).toBe(201)
    }
    first.child.kill('SIGKILL')
    await first.ended
    const again = /http:\S+/.exec(await start(variables).line)?.[0]
    const { total } = (await (await fetch(`${again}/api/v1/rules?limit=1`, { headers })).json()) as { total: number }
    expect(total).toBe(20)
  })

  it.each([
    ['WEIR_HTTP_LISTEN', 'somewhere'],
    ['WEIR_WORKERS', 'many'],
    ['WEIR_LOG_LEVEL', 'loud'],
    ['WEIR_UPSTREAMS', 'not an address'],
    ['WEIR_ADMIN_PASSWORD', 'short'],
    ['WEIR_ADMIN_TOKEN', 'x'],
    ['WEIR_ADMIN_TOKEN', 'gehört-in-keinen-Kopf'],
  ])('refuses a bad %s in one line that names it, with exit code 2', async (name, value) => {
    const { code, stderr } = await start({ [name]: value }).ended
    expect(code).toBe(2)
    expect(stderr).toMatch(new RegExp(`^weir: ${name}: .+\n$`))
  })

  it('says which address is taken and what changes it, with exit code 1', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = `127.0.0.1:${(other.address() as AddressInfo).port}`
    const { code, stderr } = await start({ WEIR_HTTP_LISTEN: address }).ended
    other.close()
    expect(code).toBe(1)
    expect(stderr).toBe(`weir: ${address} is already in use: WEIR_HTTP_LISTEN changes it\n`)
  })

  it('refuses a weir.db that is no database', async () => {
    writeFileSync(join(dataDir, 'weir.db'), 'no database at all '.repeat(500))
    const { code, stderr } = await start().ended
    expect(code).toBe(1)
    expect(stderr).toContain('weir.db cannot be opened: file is not a database')
  })

  it('says in one line that the disk is full when it is so in the middle of a first start', async () => {
    const database = openWriter(join(dataDir, 'weir.db'), 'config')
    expect(migrate(database, migrationsOf('weir')).ok).toBe(true)
    database.close()
    // Room for the shared memory of the WAL, and for a few pages of the WAL.
    const { code, stderr } = await start({}, 68).ended
    expect(code).toBe(1)
    expect(stderr).toMatch(/^weir: weir\.db cannot be written: [^\n]+\n$/)
  })

  it('refuses a weir.db of a newer Weir', async () => {
    const database = openWriter(join(dataDir, 'weir.db'), 'config')
    database.pragma('user_version = 9999')
    database.close()
    const { code, stderr } = await start().ended
    expect(code).toBe(1)
    expect(stderr).toContain('schema 9999')
  })
})
