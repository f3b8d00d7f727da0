/**
 * The line that enrols a machine.
 *
 * @param server the address that the agent reaches the server at, for example `https://redflag.example`
 * @param secret a registration token's secret
 */
export function registerLine(server: string, secret: string): string {
  return `redflag-agent register --server ${server} --token ${secret}`;
}
