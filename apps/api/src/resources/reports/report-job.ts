/** What the main thread and the report's thread tell each other. */
import type { PolicyReportBody } from '@weir/shared/contract/policy-report'
import type { Settings } from '@weir/shared/contract/settings'

export interface ReportJob {
  readonly databasePath: string
  readonly logPath: string
  readonly days: number
  readonly nowMs: number
  readonly precedence: Settings['precedence']
}

export type ReportMessage =
  | { readonly kind: 'progress'; readonly share: number }
  | { readonly kind: 'done'; readonly report: PolicyReportBody }
