/** What a DoH request asks (RFC 8484 §4.1), or the status it is refused with. */
import { parseClientId } from '@weir/shared/clients/client-identifier'

export const DNS_MESSAGE = 'application/dns-message'
export const DNS_PATH = '/dns-query'
export const MAX_DOH_MESSAGE_OCTETS = 65_535
/** Header of a DNS message: what is shorter is none. */
const MIN_MESSAGE_OCTETS = 12
/** Characters of base64url for the longest message. */
const MAX_ENCODED_CHARACTERS = Math.ceil((MAX_DOH_MESSAGE_OCTETS * 4) / 3)

export interface DohHead {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly contentType: string | undefined
  readonly contentLength: string | undefined
}

export type DohRequest =
  | { readonly kind: 'message'; readonly clientId: string; readonly message: Uint8Array }
  /** The message is the body. */
  | { readonly kind: 'body'; readonly clientId: string }
  | { readonly kind: 'refused'; readonly status: 400 | 404 | 405 | 413 | 414 | 415; readonly reason: string }

type Status = Extract<DohRequest, { kind: 'refused' }>['status']
const refused = (status: Status, reason: string): DohRequest => ({ kind: 'refused', status, reason })

export function readDohHead({ method, url, contentType, contentLength }: DohHead): DohRequest {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  if (path !== DNS_PATH && !path.startsWith(`${DNS_PATH}/`)) return refused(404, `DNS is asked at ${DNS_PATH}`)
  const label = path.slice(DNS_PATH.length + 1)
  const clientId = label === '' ? '' : parseClientId(label)
  if (clientId === undefined) return refused(400, 'the client id in the path is none')
  if (method === 'GET') return readParameter(clientId, mark < 0 ? '' : url.slice(mark + 1))
  if (method !== 'POST') return refused(405, 'ask with GET or POST')
  const [mediaType = ''] = (contentType ?? '').split(';')
  if (mediaType.trim().toLowerCase() !== DNS_MESSAGE) return refused(415, `the content type is to be ${DNS_MESSAGE}`)
  if (Number(contentLength ?? 0) > MAX_DOH_MESSAGE_OCTETS) return refused(413, 'longer than a DNS message may be')
  return { kind: 'body', clientId }
}

function readParameter(clientId: string, query: string): DohRequest {
  const [text, ...more] = new URLSearchParams(query).getAll('dns')
  if (text === undefined || more.length > 0) return refused(400, 'the parameter dns is needed, once')
  if (text.length > MAX_ENCODED_CHARACTERS) return refused(414, 'longer than a DNS message may be')
  // RFC 4648 §5, without padding (RFC 8484 §6).
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) return refused(400, 'the parameter dns is no base64url')
  return readMessage(clientId, Buffer.from(text, 'base64url'))
}

/** The body of a POST, once it is whole. */
export const readMessage = (clientId: string, message: Uint8Array): DohRequest =>
  message.length < MIN_MESSAGE_OCTETS
    ? refused(400, 'shorter than a DNS message')
    : { kind: 'message', clientId, message }
