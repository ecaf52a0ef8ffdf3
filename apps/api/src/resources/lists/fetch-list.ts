/**
 * Downloads a subscription to a file: conditional (ETag, Last-Modified), bounded in octets and time, redirects
 * followed by hand so that each step is checked like the first, connections only to where the list may reach.
 */
import { STATUS_CODES } from 'node:http'
import type { Readable } from 'node:stream'
import { fail, ok, type Result } from '@weir/shared/result'
import { Agent, type Dispatcher, request } from 'undici'
import { type ContentFault, formatOctets } from './content-fault.ts'
import { guardedConnector, PrivateAddressError } from './guarded-connector.ts'
import type { ResolveHost } from './resolve-host.ts'
import { type SpooledContent, spoolContent, tooLarge } from './spool-content.ts'

export interface FetchRequest {
  readonly url: string
  /** Validators of the content that is held already; null: fetch in any case. */
  readonly etag: string | null
  readonly lastModified: string | null
  readonly allowPrivateAddresses: boolean
}

/** Milliseconds. */
export interface FetchTimeLimits {
  readonly connectMs: number
  readonly headersMs: number
  /** Longest silence in the body. */
  readonly idleMs: number
  readonly totalMs: number
}

export const FETCH_TIME_LIMITS: FetchTimeLimits = {
  connectMs: 10_000,
  headersMs: 30_000,
  idleMs: 30_000,
  // 1 GB at 1 MB/s, and some.
  totalMs: 20 * 60_000,
}

export interface FetchMeans {
  readonly resolveHost: ResolveHost
  readonly timeLimits: FetchTimeLimits
  readonly maxOctets: number
  /** Where the content goes; see SpoolOptions. */
  readonly path: string
  readonly signal: AbortSignal
  /** @param totalOctets as the server announces them, null where it does not */
  readonly onReceived?: (octets: number, totalOctets: number | null) => void
}

export type FetchedList =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'content'
      readonly content: SpooledContent
      readonly etag: string | null
      readonly lastModified: string | null
    }

const MAX_REDIRECTS = 5
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** Validators are sent back as they came; longer ones are not worth it. */
const MAX_VALIDATOR_CHARACTERS = 500

/** Fetches one list. Failure is a value, and leaves no file. */
export async function fetchList(wanted: FetchRequest, means: FetchMeans): Promise<Result<FetchedList, ContentFault>> {
  const { connectMs, headersMs, idleMs, totalMs } = means.timeLimits
  const agent = new Agent({
    connect: guardedConnector({ ...wanted, resolveHost: means.resolveHost, connectTimeoutMs: connectMs }),
    headersTimeout: headersMs,
    bodyTimeout: idleMs,
    maxHeaderSize: 16 * 1024,
    pipelining: 0,
  })
  const signal = AbortSignal.any([means.signal, AbortSignal.timeout(totalMs)])
  try {
    const response = await followRedirects(wanted, agent, signal)
    return response.ok ? await receive(response.value, wanted, { ...means, signal }) : response
  } catch (cause) {
    return fail(requestFaultOf(cause))
  } finally {
    await agent.destroy()
  }
}

async function followRedirects(
  wanted: FetchRequest,
  agent: Agent,
  signal: AbortSignal,
): Promise<Result<Dispatcher.ResponseData, ContentFault>> {
  let url = new URL(wanted.url)
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const fault = urlFault(url)
    if (fault !== undefined) return fail({ code: 'refused-url', detail: fault })
    const response = await request(url.href, { dispatcher: agent, method: 'GET', headers: headersFor(wanted), signal })
    const location = response.headers.location
    if (!REDIRECTS.has(response.statusCode) || typeof location !== 'string') return ok(response)
    discard(response.body)
    const next = URL.parse(location, url.href)
    if (next === null) return fail({ code: 'refused-url', detail: 'redirects to something that is no URL' })
    // Whoever can alter plain HTTP on the way could otherwise unblock what the list blocks.
    if (url.protocol === 'https:' && next.protocol === 'http:')
      return fail({ code: 'refused-url', detail: 'redirects from https to http' })
    url = next
  }
  return fail({ code: 'refused-url', detail: `redirects more than ${MAX_REDIRECTS} times` })
}

/** What forbids fetching a URL, the given one or the target of a redirect. */
export function urlFault(url: URL): string | undefined {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `uses '${url.protocol}', not http or https`
  if (url.username !== '' || url.password !== '') return 'has a user name or password in its URL'
  return undefined
}

function headersFor({ etag, lastModified }: FetchRequest): Record<string, string> {
  return {
    'user-agent': 'Weir (DNS filter)',
    accept: 'text/plain, */*;q=0.5',
    'accept-encoding': 'gzip, deflate, br',
    ...(etag === null ? {} : { 'if-none-match': etag }),
    ...(lastModified === null ? {} : { 'if-modified-since': lastModified }),
  }
}

async function receive(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  { etag, lastModified }: FetchRequest,
  means: FetchMeans,
): Promise<Result<FetchedList, ContentFault>> {
  if (statusCode === 304 && (etag !== null || lastModified !== null)) {
    discard(body)
    return ok({ kind: 'unchanged' })
  }
  const announced = Number(headers['content-length'] ?? Number.NaN)
  const totalOctets = Number.isSafeInteger(announced) ? announced : null
  if (statusCode !== 200 || (totalOctets ?? 0) > means.maxOctets) {
    discard(body)
    return fail(
      statusCode === 200
        ? tooLarge(means.maxOctets).fault
        : { code: 'http-status', detail: `HTTP ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`.trimEnd() },
    )
  }
  const spooled = await spoolContent(body, {
    path: means.path,
    maxOctets: means.maxOctets,
    encoding: one(headers['content-encoding']) ?? undefined,
    idleMs: means.timeLimits.idleMs,
    signal: means.signal,
    onReceived: (octets) => means.onReceived?.(octets, totalOctets),
  })
  if (!spooled.ok) {
    discard(body)
    return spooled
  }
  return ok({
    kind: 'content',
    content: spooled.value,
    etag: validator(headers.etag),
    lastModified: validator(headers['last-modified']),
  })
}

/** Nobody reads this body: the connection goes with it. */
function discard(body: Readable): void {
  body.on('error', () => {}).destroy()
}

const one = (header: string | string[] | undefined): string | null =>
  Array.isArray(header) ? header.join(', ') : (header ?? null)

function validator(header: string | string[] | undefined): string | null {
  const value = one(header)
  return value !== null && value.length <= MAX_VALIDATOR_CHARACTERS ? value : null
}

const CONNECT_FAULTS: Readonly<Record<string, ContentFault>> = {
  ECONNREFUSED: { code: 'unreachable', detail: 'the host refused the connection' },
  ECONNRESET: { code: 'unreachable', detail: 'the host closed the connection' },
  UND_ERR_SOCKET: { code: 'unreachable', detail: 'the host closed the connection' },
  EHOSTUNREACH: { code: 'unreachable', detail: 'there is no way to the host' },
  ENETUNREACH: { code: 'unreachable', detail: 'there is no way to the host' },
  ETIMEDOUT: { code: 'timeout', detail: 'the host did not take the connection in time' },
  UND_ERR_CONNECT_TIMEOUT: { code: 'timeout', detail: 'the host did not take the connection in time' },
  UND_ERR_HEADERS_TIMEOUT: { code: 'timeout', detail: 'the host took the connection but did not answer in time' },
  ENOTFOUND: { code: 'unreachable', detail: 'the host name does not exist' },
  ENODATA: { code: 'unreachable', detail: 'the host name has no address' },
  EAI_AGAIN: { code: 'unreachable', detail: 'the host name could not be looked up' },
  ESERVFAIL: { code: 'unreachable', detail: 'the host name could not be looked up' },
  UND_ERR_HEADERS_OVERFLOW: { code: 'unreachable', detail: `answered with headers above ${formatOctets(16 * 1024)}` },
}

/** What went wrong before the body came. Rethrows what is a bug. */
function requestFaultOf(cause: unknown): ContentFault {
  if (cause instanceof PrivateAddressError)
    return {
      code: 'private-address',
      detail: `the host's address ${cause.address} is private; allow private addresses for this list if that is meant`,
    }
  const { name, code = '', message } = cause as NodeJS.ErrnoException
  if (name === 'TimeoutError') return { code: 'timeout', detail: 'took too long in all' }
  if (name === 'AbortError') return { code: 'cancelled', detail: 'was cancelled' }
  const known = CONNECT_FAULTS[code]
  if (known !== undefined) return known
  if (/CERT|^ERR_TLS|^ERR_SSL|UNABLE_TO_VERIFY|^EPROTO$/.test(code))
    return { code: 'bad-certificate', detail: `TLS failed: ${message.slice(0, 200)} (${code})` }
  if (code.startsWith('HPE_')) return { code: 'unreachable', detail: 'what came is not HTTP' }
  if (code !== '') return { code: 'unreachable', detail: `the host could not be reached (${code})` }
  throw new Error('fetching a list', { cause })
}
