/** Fetches the content of a list that is only tried: bounded and guarded as that of any list, kept by nobody. */
import type { Result } from '@weir/shared/result'
import type { AppDeps } from '../../deps.ts'
import type { ContentFault } from './content-fault.ts'
import { FETCH_TIME_LIMITS, type FetchTimeLimits, fetchList } from './fetch-list.ts'
import { resolveHostWith, resolveSettingsOf, systemResolveHost } from './resolve-host.ts'

/** Somebody waits before a form. */
const DRAFT_TIME_LIMITS: FetchTimeLimits = { ...FETCH_TIME_LIMITS, totalMs: 60_000 }

/** @param path of the file to be made; whoever asked removes it */
export type FetchDraft = (url: string, path: string, signal: AbortSignal) => Promise<Result<unknown, ContentFault>>

export const draftFetcher =
  ({ settings }: AppDeps): FetchDraft =>
  (url, path, signal) =>
    fetchList(
      { url, etag: null, lastModified: null, allowPrivateAddresses: false },
      {
        resolveHost: resolveHostWith(systemResolveHost, () => resolveSettingsOf(settings.current.settings)),
        timeLimits: DRAFT_TIME_LIMITS,
        maxOctets: settings.current.settings.http.maxListOctets,
        path,
        signal,
      },
    )
