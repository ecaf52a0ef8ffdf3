/** All routes. Pages load when they are first opened; what they show lives in the address bar. */
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { readClientsSearch } from '../features/clients/clients-search.ts'
import { readExplainSearch } from '../features/explain/explain-search.ts'
import { readGroupsSearch } from '../features/groups/groups-search.ts'
import { readHistorySearch } from '../features/history/history-search.ts'
import { readListsSearch } from '../features/lists/lists-search.ts'
import { readOverviewSearch } from '../features/overview/overview-search.ts'
import { readQueryFilter } from '../features/queries/query-filter.ts'
import { readRuleFilter } from '../features/rules/rule-filter.ts'
import { readServicesSearch } from '../features/services/services-search.ts'
import { readSignInSearch } from '../features/session/sign-in-search.ts'
import { readSettingsSearch } from '../features/settings/settings-search.ts'
import { readWhatIfSearch } from '../features/what-if/what-if-search.ts'
import { meQuery } from '../lib/api/me.ts'
import { ApiError } from '../lib/api-error.ts'
import { FailureScreen, NotFoundScreen } from './failure-screen.tsx'
import { Layout } from './layout.tsx'

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({ notFoundComponent: NotFoundScreen })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readSignInSearch,
  component: lazyRouteComponent(() => import('../pages/sign-in-page.tsx'), 'SignInPage'),
})
const setUp = createRoute({
  getParentRoute: () => root,
  path: '/set-up',
  component: lazyRouteComponent(() => import('../pages/set-up-page.tsx'), 'SetUpPage'),
})

/** Everything behind the sign-in. Who is not signed in comes back to where they wanted to go. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Layout,
  errorComponent: FailureScreen,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(meQuery)
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href } })
    }
  },
})

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: readOverviewSearch,
  component: lazyRouteComponent(() => import('../pages/overview-page.tsx'), 'OverviewPage'),
})
const queries = createRoute({
  getParentRoute: () => shell,
  path: '/queries',
  validateSearch: readQueryFilter,
  component: lazyRouteComponent(() => import('../pages/queries-page.tsx'), 'QueriesPage'),
})
const rules = createRoute({
  getParentRoute: () => shell,
  path: '/rules',
  validateSearch: readRuleFilter,
  component: lazyRouteComponent(() => import('../pages/rules-page.tsx'), 'RulesPage'),
})
const lists = createRoute({
  getParentRoute: () => shell,
  path: '/lists',
  validateSearch: readListsSearch,
  component: lazyRouteComponent(() => import('../pages/lists-page.tsx'), 'ListsPage'),
})
const reports = createRoute({
  getParentRoute: () => shell,
  path: '/reports',
  component: lazyRouteComponent(() => import('../pages/reports-page.tsx'), 'ReportsPage'),
})
const services = createRoute({
  getParentRoute: () => shell,
  path: '/services',
  validateSearch: readServicesSearch,
  component: lazyRouteComponent(() => import('../pages/services-page.tsx'), 'ServicesPage'),
})
const why = createRoute({
  getParentRoute: () => shell,
  path: '/why',
  validateSearch: readExplainSearch,
  component: lazyRouteComponent(() => import('../pages/why-page.tsx'), 'WhyPage'),
})
const whatIf = createRoute({
  getParentRoute: () => shell,
  path: '/what-if',
  validateSearch: readWhatIfSearch,
  component: lazyRouteComponent(() => import('../pages/what-if-page.tsx'), 'WhatIfPage'),
})
const groups = createRoute({
  getParentRoute: () => shell,
  path: '/groups',
  validateSearch: readGroupsSearch,
  component: lazyRouteComponent(() => import('../pages/groups-page.tsx'), 'GroupsPage'),
})
const schedules = createRoute({
  getParentRoute: () => shell,
  path: '/schedules',
  component: lazyRouteComponent(() => import('../pages/schedules-page.tsx'), 'SchedulesPage'),
})
const overrides = createRoute({
  getParentRoute: () => shell,
  path: '/overrides',
  component: lazyRouteComponent(() => import('../pages/overrides-page.tsx'), 'OverridesPage'),
})
const clients = createRoute({
  getParentRoute: () => shell,
  path: '/clients',
  validateSearch: readClientsSearch,
  component: lazyRouteComponent(() => import('../pages/clients-page.tsx'), 'ClientsPage'),
})
const database = createRoute({
  getParentRoute: () => shell,
  path: '/database',
  component: lazyRouteComponent(() => import('../pages/database-page.tsx'), 'DatabasePage'),
})
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  validateSearch: readSettingsSearch,
  component: lazyRouteComponent(() => import('../pages/settings-page.tsx'), 'SettingsPage'),
})
const history = createRoute({
  getParentRoute: () => shell,
  path: '/history',
  validateSearch: readHistorySearch,
  component: lazyRouteComponent(() => import('../pages/history-page.tsx'), 'HistoryPage'),
})

const routeTree = root.addChildren([
  signIn,
  setUp,
  shell.addChildren([
    overview,
    queries,
    rules,
    lists,
    reports,
    services,
    why,
    whatIf,
    groups,
    schedules,
    overrides,
    clients,
    database,
    settings,
    history,
  ]),
])

export const createAppRouter = (queryClient: QueryClient) =>
  createRouter({ routeTree, context: { queryClient }, defaultPreload: 'intent', scrollRestoration: false })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
