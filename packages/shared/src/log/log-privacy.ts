/** What the log keeps of the queries of a group: all, all but who asked, all but what was asked, or only the counters. */
export const LOG_PRIVACIES = ['full', 'hide-client', 'hide-name', 'none'] as const
export type LogPrivacy = (typeof LOG_PRIVACIES)[number]
