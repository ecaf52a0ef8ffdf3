/** What every page stands on: theme, server state, live data, messages, routes. */
import { createTheme, localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useState } from 'react'
import { LiveContext } from '../lib/live-context.ts'
import { LiveStore } from '../lib/live-store.ts'
import { createQueryClient } from '../lib/query-client.ts'
import { ConflictDialogs } from '../ui/conflict-dialog.tsx'
import { ToastProvider } from '../ui/toast.tsx'
import { createAppRouter } from './router.tsx'

const theme = createTheme({
  fontFamily: 'var(--font-text)',
  fontFamilyMonospace: 'var(--font-mono)',
  defaultRadius: 6,
  focusRing: 'never',
  respectReducedMotion: true,
})
const colorSchemeManager = localStorageColorSchemeManager({ key: 'weir-theme' })

/** The API writes a fresh nonce into the page; style elements made at run time carry it. */
const styleNonce = (): string => document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? ''

export function Providers() {
  const [parts] = useState(() => {
    const queryClient = createQueryClient()
    const live = new LiveStore()
    return { queryClient, live, router: createAppRouter(queryClient) }
  })
  return (
    <MantineProvider
      theme={theme}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <QueryClientProvider client={parts.queryClient}>
        <LiveContext value={parts.live}>
          <ToastProvider>
            <RouterProvider router={parts.router} />
            <ConflictDialogs />
          </ToastProvider>
        </LiveContext>
      </QueryClientProvider>
    </MantineProvider>
  )
}
