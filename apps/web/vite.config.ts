/** Builds the console into dist/, which the API serves. In development, `npm run dev` proxies to a running API. */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  // Listed in full: giving any condition replaces Vite's defaults.
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    target: 'baseline-widely-available',
    // The content security policy allows no data: URLs for fonts and images.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
  },
  server: { proxy: { '/api': process.env['WEIR_API'] ?? 'http://127.0.0.1:8053' } },
})
