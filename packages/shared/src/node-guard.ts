/**
 * First import of main.ts: says in one line that this Node is too old, before a native package could crash on it.
 * better-sqlite3 13 needs Node-API 10 (Node 22.14, 24); on an older one the process ends with a bare segmentation fault.
 */
const NEEDED_NODE_API = 10

if (Number(process.versions.napi) < NEEDED_NODE_API) {
  process.stderr.write(
    `weir: this is Node ${process.versions.node}; Weir needs Node 22.19 or newer (npm start brings its own)\n`,
  )
  process.exit(1)
}
