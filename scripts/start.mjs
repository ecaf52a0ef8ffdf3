/** `npm start`: sets up what is missing, then runs resolver and API until they are told to stop. */
import { ensureBuilt, ensureInstalled, nodePath, SetUpError } from './lib/set-up.mjs'
import { superviseWeir } from './lib/supervise.mjs'

const USAGE = `Usage: npm start [-- --help]

Installs, builds, migrates and starts Weir: the resolver and the API with its console.
Stop it with Ctrl-C or SIGTERM.

  WEIR_DATA_DIR        folder of weir.db, log.db and the index   (./data)
  WEIR_DNS_LISTEN      address:port for UDP and TCP, comma-separated   (127.0.0.1:1053)
  WEIR_DOT_LISTEN      address:port for DNS over TLS   (off)
  WEIR_DOH_LISTEN      address:port for DNS over HTTPS, at /dns-query   (off)
  WEIR_TLS_CERT        PEM file of their certificate, with its chain
  WEIR_TLS_KEY         PEM file of its key
  WEIR_HTTP_LISTEN     console and API   (127.0.0.1:8053)
  WEIR_UPSTREAMS       upstreams of a first start: 192.0.2.53, tcp://…, tls://…, https://…   (the system's resolvers)
  WEIR_ADMIN_PASSWORD  password of user admin at a first start   (a set-up code is printed)
  WEIR_ADMIN_TOKEN     bearer token with the admin role, for programs   (none)
  WEIR_WORKERS         query workers   (number of cores)
  WEIR_LOG_LEVEL       what the processes write to stderr: warn, info, …   (warn)`

try {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    console.log(USAGE)
  } else {
    ensureInstalled()
    ensureBuilt()
    process.exitCode = await superviseWeir(nodePath())
  }
} catch (error) {
  if (!(error instanceof SetUpError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
