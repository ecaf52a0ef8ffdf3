/**
 * Brings a list's content from a stream, fetched or uploaded, to a file in the data folder: decompressed, bounded,
 * digested on the way. Nothing of it is ever whole in memory.
 *
 * ```
 * source → count (bound, idle time) → Content-Encoding → .gz by its magic number → count again (bound, expansion),
 *        → is it a list? → SHA-256 → file
 * ```
 */

import { createHash, type Hash } from 'node:crypto'
import { addAbortListener } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { refuseContent } from '@weir/shared/lists/detect-format'
import { fail, ok, type Result } from '@weir/shared/result'
import { ContentError, type ContentFault, formatOctets } from './content-fault.ts'

/** A file of list text; whoever holds it deletes it. */
export interface SpooledContent {
  readonly path: string
  /** Decompressed. */
  readonly sizeOctets: number
  /** Of the decompressed octets, hexadecimal. */
  readonly sha256: string
}

export interface SpoolOptions {
  /** Made by the caller from nothing that a user gave; must not exist yet. */
  readonly path: string
  /** Bound before and after decompression. */
  readonly maxOctets: number
  /** Value of a Content-Encoding header. */
  readonly encoding?: string | undefined
  /** Longest silence of the source, milliseconds. */
  readonly idleMs: number
  readonly signal?: AbortSignal | undefined
  /** Called with every piece: octets received so far, before decompression. */
  readonly onReceived?: ((octets: number) => void) | undefined
}

/** Real lists shrink 3 to 20 times; a bomb of gzip 1,000 times, of Brotli far more. */
const MAX_EXPANSION = 200
/** Below this a bomb does no harm, and a short repetitive list is fine. */
const EXPANSION_FREE_OCTETS = 16 * 1024 * 1024
/** One of HTTP and one of the file itself are usual; more are a trick. */
const MAX_ENCODINGS = 2
const HEAD_OCTETS = 1024

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

type Octets = AsyncIterable<Buffer>

/**
 * Writes `source` to `options.path`. On failure no file is left; the source is destroyed only where it was silent or
 * `signal` has aborted: a request that is refused half-way can still be answered.
 */
export async function spoolContent(
  source: Readable,
  options: SpoolOptions,
): Promise<Result<SpooledContent, ContentFault>> {
  const counts = { received: 0, written: 0 }
  const digest = createHash('sha256')
  const received = countReceived(source, counts, options)
  try {
    const decoders = decodersFor(options.encoding)
    const text = refuseWhatIsNoList(bound(gunzipByMagic(decode(received, decoders)), counts, options.maxOctets))
    // Through the source, which ends the whole chain even where a generator waits for octets that never come.
    using _abort = options.signal && addAbortListener(options.signal, () => source.destroy(options.signal?.reason))
    const file = createWriteStream(options.path, { flags: 'wx', mode: 0o600 })
    await pipeline(Readable.from(digested(text, digest), { objectMode: false }), file)
    return ok({ path: options.path, sizeOctets: counts.written, sha256: digest.digest('hex') })
  } catch (cause) {
    // Not all of the chain before it is ended by its failure. Not waited for: the source may be silent.
    void received.return(undefined)
    await rm(options.path, { force: true })
    return fail(contentFaultOf(cause))
  }
}

function decodersFor(encoding: string | undefined): Transform[] {
  const names = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
  if (names.length > MAX_ENCODINGS) throw new ContentError('unknown-encoding', 'is compressed several times over')
  // Applied by the sender in the order they are named, so undone from the last.
  return names.reverse().map((name) => {
    const make = DECODERS[name]
    if (make === undefined)
      throw new ContentError(
        'unknown-encoding',
        `is compressed as '${name.slice(0, 40)}'; known are gzip, deflate and br`,
      )
    return make()
  })
}

async function* countReceived(
  source: Readable,
  counts: { received: number },
  { idleMs, maxOctets, onReceived }: SpoolOptions,
): AsyncGenerator<Buffer> {
  const silence = new ContentError('timeout', `sent nothing for ${idleMs / 1000} s`)
  const idle = setTimeout(() => source.destroy(silence), idleMs)
  try {
    for await (const chunk of source.iterator({ destroyOnReturn: false }) as Octets) {
      idle.refresh()
      counts.received += chunk.length
      if (counts.received > maxOctets) throw tooLarge(maxOctets)
      onReceived?.(counts.received)
      yield chunk
    }
  } finally {
    clearTimeout(idle)
  }
}

export const tooLarge = (maxOctets: number): ContentError =>
  new ContentError('too-large', `is larger than ${formatOctets(maxOctets)}`)

async function* decode(chunks: Octets, decoders: readonly Transform[]): AsyncGenerator<Buffer> {
  if (decoders.length === 0) return yield* chunks
  const last = decoders.at(-1) as Transform
  // A failure anywhere destroys `last` with it, which throws it here.
  pipeline([Readable.from(chunks, { objectMode: false }), ...decoders]).catch((cause) => last.destroy(cause))
  yield* last
}

/** A `.gz` file served as what it is, or uploaded. */
async function* gunzipByMagic(chunks: Octets): AsyncGenerator<Buffer> {
  const { head, all } = await peek(chunks, 2)
  yield* decode(all, head[0] === 0x1f && head[1] === 0x8b ? [createGunzip()] : [])
}

async function* bound(
  chunks: Octets,
  counts: { readonly received: number; written: number },
  maxOctets: number,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    counts.written += chunk.length
    if (counts.written > maxOctets) throw tooLarge(maxOctets)
    if (counts.written > EXPANSION_FREE_OCTETS && counts.written > counts.received * MAX_EXPANSION)
      throw new ContentError('expands-too-much', `expands more than ${MAX_EXPANSION}-fold when decompressed`)
    yield chunk
  }
}

/** Before it is all received: the import would say the same, some hundred megabytes later. */
async function* refuseWhatIsNoList(chunks: Octets): AsyncGenerator<Buffer> {
  const { head, all } = await peek(chunks, HEAD_OCTETS)
  const reason = refuseContent(head)
  if (reason !== undefined) throw new ContentError('not-a-list', `is not a list: ${reason}`)
  yield* all
}

async function* digested(chunks: Octets, digest: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    digest.update(chunk)
    yield chunk
  }
}

/** The first octets (fewer where the stream is shorter) and a stream that still holds them. */
async function peek(chunks: Octets, octets: number): Promise<{ head: Buffer; all: Octets }> {
  const iterator = chunks[Symbol.asyncIterator]()
  let head: Buffer = Buffer.alloc(0)
  while (head.length < octets) {
    const next = await iterator.next()
    if (next.done) break
    head = Buffer.concat([head, next.value])
  }
  return { head, all: startingWith(head, iterator) }
}

async function* startingWith(head: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head
  yield* { [Symbol.asyncIterator]: () => iterator }
}

/** What went wrong on the way from the source to the file, in the closed set. Rethrows what is a bug. */
function contentFaultOf(cause: unknown): ContentFault {
  if (cause instanceof ContentError) return cause.fault
  const { code, name } = cause as NodeJS.ErrnoException
  if (name === 'TimeoutError') return { code: 'timeout', detail: 'took too long in all' }
  if (name === 'AbortError') return { code: 'cancelled', detail: 'was cancelled' }
  if (code === 'UND_ERR_BODY_TIMEOUT') return { code: 'timeout', detail: 'stopped sending' }
  if (/^(?:Z_|ERR_BROTLI|ERR__ERROR|ERR_PADDING|ERR_STREAM_PREMATURE)/.test(code ?? ''))
    return code === 'ERR_STREAM_PREMATURE_CLOSE'
      ? { code: 'cut-short', detail: 'ended before it was whole' }
      : { code: 'corrupt-compression', detail: 'is compressed, and damaged' }
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return { code: 'disk', detail: 'does not fit on the disk of the data folder' }
  if (['EACCES', 'EROFS', 'EIO', 'ENOENT'].includes(code ?? ''))
    return { code: 'disk', detail: `could not be written to the data folder (${code})` }
  if (
    [
      'ECONNRESET',
      'UND_ERR_SOCKET',
      'UND_ERR_ABORTED',
      'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
      'HPE_INVALID_EOF_STATE',
    ].includes(code ?? '')
  )
    return { code: 'cut-short', detail: 'ended before it was whole' }
  throw new Error('writing a list to disk', { cause })
}
