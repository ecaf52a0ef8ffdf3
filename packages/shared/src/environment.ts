/** The environment variables of design section 9, read once at start by resolver and API alike. */
import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { fail, ok, type Result } from './result.ts'

/** One address and port to listen on. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

export interface Environment {
  /** Absolute path of the folder of weir.db, log.db and the index. */
  readonly dataDir: string
  readonly dnsListen: readonly Endpoint[]
  readonly httpListen: Endpoint
  /** DNS over TLS and over HTTPS; null: neither. */
  readonly secure: SecureListen | null
  /** Upstreams of a first start; undefined: the system's resolvers. */
  readonly upstreams: readonly string[] | undefined
  readonly adminPassword: string | undefined
  readonly adminToken: string | undefined
  readonly workers: number
  /** From which on the processes write to stderr. */
  readonly logLevel: LogLevel
}

/** Listeners that show a certificate. */
export interface SecureListen {
  readonly dot: readonly Endpoint[]
  readonly doh: readonly Endpoint[]
  /** Absolute paths of PEM files. */
  readonly certificate: string
  readonly key: string
}

/** A variable that cannot be used; `detail` is one line that names it. */
export interface EnvironmentFault {
  readonly variable: string
  readonly detail: string
}

export const MAX_WORKERS = 64
const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
type LogLevel = (typeof LOG_LEVELS)[number]
/** What guesses cannot reach at the rate at which wrong tokens are refused. */
const MIN_TOKEN_CHARACTERS = 8

/** `127.0.0.1:1053`, `[::1]:1053`, `0.0.0.0:53`; port 0 lets the system choose. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)):(\d{1,5})$/i.exec(text)
  if (!match) return undefined
  const address = match[1] ?? match[2] ?? ''
  const port = Number(match[3])
  const family = match[1] === undefined ? 4 : 6
  return isIP(address) === family && port <= 65_535 ? { address, port } : undefined
}

/** Of an address that was parsed: Node's own test compiles an expression that takes a start 10 ms, in each thread. */
export const isIPv6Endpoint = ({ address }: Endpoint): boolean => address.includes(':')

export const formatEndpoint = (endpoint: Endpoint): string => {
  const { address, port } = endpoint
  return isIPv6Endpoint(endpoint) ? `[${address}]:${port}` : `${address}:${port}`
}

class InvalidVariable extends Error {
  readonly fault: EnvironmentFault
  constructor(variable: string, detail: string) {
    super(detail)
    this.fault = { variable, detail: `${variable}: ${detail}` }
  }
}

const items = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

function endpoints(variable: string, text: string): Endpoint[] {
  const parsed = items(text).map((item) => {
    const endpoint = parseEndpoint(item)
    if (!endpoint)
      throw new InvalidVariable(variable, `'${item}' is not address:port, as in 127.0.0.1:1053 or [::1]:1053`)
    return endpoint
  })
  if (parsed.length === 0) throw new InvalidVariable(variable, 'is empty; give address:port')
  const seen = new Set<string>()
  for (const endpoint of parsed) {
    const text = formatEndpoint(endpoint)
    if (endpoint.port !== 0 && seen.has(text)) throw new InvalidVariable(variable, `'${text}' is there twice`)
    seen.add(text)
  }
  return parsed
}

/** Off unless one of the two listens; then both files are needed. */
function secureListen(get: (name: string) => string | undefined): SecureListen | null {
  const [dot, doh] = ['WEIR_DOT_LISTEN', 'WEIR_DOH_LISTEN'].map((name) => {
    const text = get(name)
    return text === undefined ? [] : endpoints(name, text)
  }) as [Endpoint[], Endpoint[]]
  if (dot.length + doh.length === 0) return null
  const file = (name: string): string => {
    const path = get(name)
    if (path === undefined)
      throw new InvalidVariable(name, 'is needed for WEIR_DOT_LISTEN and WEIR_DOH_LISTEN; give a PEM file')
    return resolve(path)
  }
  return { dot, doh, certificate: file('WEIR_TLS_CERT'), key: file('WEIR_TLS_KEY') }
}

/** Whoever knows it may do everything. What it is is not repeated in the fault. */
function administratorToken(text: string | undefined): string | undefined {
  if (text !== undefined && text.length < MIN_TOKEN_CHARACTERS)
    throw new InvalidVariable(
      'WEIR_ADMIN_TOKEN',
      `is shorter than ${MIN_TOKEN_CHARACTERS} characters; give a long random one`,
    )
  if (text !== undefined && !/^[\x21-\x7e]+$/.test(text))
    throw new InvalidVariable(
      'WEIR_ADMIN_TOKEN',
      'holds characters that no HTTP header can carry; give letters and digits',
    )
  return text
}

function workerCount(text: string | undefined): number {
  if (text === undefined) return Math.min(availableParallelism(), MAX_WORKERS)
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1 || count > MAX_WORKERS)
    throw new InvalidVariable('WEIR_WORKERS', `'${text}' is not a whole number from 1 to ${MAX_WORKERS}`)
  return count
}

function logLevel(text = 'warn'): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text)
  if (!level) throw new InvalidVariable('WEIR_LOG_LEVEL', `'${text}' is not one of ${LOG_LEVELS.join(', ')}`)
  return level
}

/**
 * Reads and checks the variables; an empty one counts as not set.
 * @param checkUpstream says what is wrong with one upstream of WEIR_UPSTREAMS, or undefined when it is fine
 */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  checkUpstream: (text: string) => string | undefined,
): Result<Environment, EnvironmentFault> {
  const get = (name: string): string | undefined => (variables[name]?.trim() ? variables[name]?.trim() : undefined)
  try {
    const upstreamText = get('WEIR_UPSTREAMS')
    const upstreams = upstreamText === undefined ? undefined : items(upstreamText)
    if (upstreams?.length === 0)
      throw new InvalidVariable('WEIR_UPSTREAMS', 'is empty; give servers, or leave it unset')
    for (const upstream of upstreams ?? []) {
      const fault = checkUpstream(upstream)
      if (fault !== undefined) throw new InvalidVariable('WEIR_UPSTREAMS', `'${upstream}': ${fault}`)
    }
    const httpListen = endpoints('WEIR_HTTP_LISTEN', get('WEIR_HTTP_LISTEN') ?? '127.0.0.1:8053')
    if (httpListen.length !== 1) throw new InvalidVariable('WEIR_HTTP_LISTEN', 'takes one address:port')
    return ok({
      dataDir: resolve(get('WEIR_DATA_DIR') ?? './data'),
      dnsListen: endpoints('WEIR_DNS_LISTEN', get('WEIR_DNS_LISTEN') ?? '127.0.0.1:1053'),
      httpListen: httpListen[0]!,
      secure: secureListen(get),
      upstreams,
      adminPassword: variables['WEIR_ADMIN_PASSWORD'] || undefined,
      adminToken: administratorToken(get('WEIR_ADMIN_TOKEN')),
      workers: workerCount(get('WEIR_WORKERS')),
      logLevel: logLevel(get('WEIR_LOG_LEVEL')),
    })
  } catch (error) {
    if (error instanceof InvalidVariable) return fail(error.fault)
    throw error
  }
}
