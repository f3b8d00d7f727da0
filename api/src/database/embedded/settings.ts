/** What differs between a real database and one that a test throws away. */
export interface SettingsInput {
  /** False trades every guarantee for speed: for tests only. */
  durable: boolean;
  maxConnections: number;
}

/** The server's settings: small, quiet, durable, and reachable by nothing but the socket. */
export function serverSettings(input: SettingsInput): Record<string, string> {
  const common = {
    listen_addresses: "",
    unix_socket_permissions: "0700",
    max_connections: String(input.maxConnections),
    shared_buffers: "64MB",
    max_wal_size: "256MB",
    min_wal_size: "64MB",
    // Background helpers cost more memory than they win on a database of this size.
    io_method: "sync",
    max_wal_senders: "0",
    wal_level: "minimal",
    jit: "off",
    timezone: "UTC",
    log_timezone: "UTC",
    log_min_messages: "warning",
    log_checkpoints: "off",
    log_line_prefix: "%m [%p] ",
  };
  if (input.durable) return { ...common, fsync: "on", full_page_writes: "on", synchronous_commit: "on" };
  return { ...common, fsync: "off", full_page_writes: "off", synchronous_commit: "off", autovacuum: "off" };
}
