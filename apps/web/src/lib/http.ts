/**
 * Requests to the API. Types come from the shared contract; a refusal becomes an ApiError.
 * The CSRF token of the session goes along with everything that changes something.
 */
import type { Problem } from '@weir/shared/contract/problem'
import { isSomebodyThere } from './activity.ts'
import { ApiError } from './api-error.ts'

export const API_ROOT = '/api/v1'
const CSRF_HEADER = 'x-weir-csrf'
/** Made by the console itself, with nobody there: does not keep the session alive. */
const PASSIVE_HEADER = 'x-weir-passive'

export type QueryParams = Readonly<Record<string, string | number | boolean | undefined | null>>

/** What a request may carry besides its body. */
export interface PostOptions {
  readonly signal?: AbortSignal | undefined
  /** Kept with the revision that it makes. */
  readonly comment?: string
}

type Version = number | readonly number[]

interface RequestOptions {
  /** The version that an edit is made from, of several things each one's: refused with 412 when it is another by now. */
  readonly version?: Version | undefined
  readonly comment?: string | undefined
  readonly params?: QueryParams
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
}

/** The token of the present session; kept here, since every request needs it and none may forget it. */
const session: { csrfToken: string | null } = { csrfToken: null }
export const setCsrfToken = (token: string | null): void => {
  session.csrfToken = token
}
export const csrfHeaders = (): Record<string, string> =>
  session.csrfToken === null ? {} : { [CSRF_HEADER]: session.csrfToken }

/** `/rules` + `{search: 'a b'}` → `/api/v1/rules?search=a+b`; undefined, null and empty parameters are left out. */
export function apiUrl(path: string, params: QueryParams = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(params)) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value))
  }
  const text = search.toString()
  return `${API_ROOT}${path}${text === '' ? '' : `?${text}`}`
}

/** @throws ApiError when the API refuses, fails or cannot be reached */
async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const init: RequestInit = { method, credentials: 'same-origin', headers: { accept: 'application/json' } }
  const headers: Record<string, string> = { accept: 'application/json', ...(method === 'GET' ? {} : csrfHeaders()) }
  if (!isSomebodyThere()) headers[PASSIVE_HEADER] = '1'
  if (options.body !== undefined) {
    headers['content-type'] = 'application/json'
    init.body = JSON.stringify(options.body)
  }
  if (options.version !== undefined)
    headers['if-match'] = [options.version]
      .flat()
      .map((one) => `"${one}"`)
      .join(', ')
  if (options.comment) headers['weir-comment'] = encodeURIComponent(options.comment)
  if (options.signal) init.signal = options.signal
  init.headers = headers
  const label = `${method} ${API_ROOT}${path}`
  const response = await fetch(apiUrl(path, options.params), init).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(label, { status: 0, title: 'The API is not reachable' })
  })
  const text = await response.text()
  const data: unknown = parseJson(text)
  if (!response.ok) throw new ApiError(label, { ...(data as Partial<Problem> | undefined), status: response.status })
  return data as T
}

function parseJson(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    // A proxy in between may answer with HTML: the status then says enough.
    return undefined
  }
}

export const http = {
  get: <T>(path: string, params?: QueryParams, signal?: AbortSignal): Promise<T> =>
    request<T>('GET', path, { ...(params && { params }), signal }),
  post: <T>(path: string, body: unknown = {}, options: PostOptions = {}): Promise<T> =>
    request<T>('POST', path, { body, ...options }),
  patch: <T>(path: string, body: unknown, version?: Version): Promise<T> =>
    request<T>('PATCH', path, { body, version }),
  put: <T>(path: string, body: unknown): Promise<T> => request<T>('PUT', path, { body }),
  delete: <T>(path: string, version?: number): Promise<T> => request<T>('DELETE', path, { version }),
}
