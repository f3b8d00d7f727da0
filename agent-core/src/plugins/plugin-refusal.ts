/** Why a plugin is not used; the message is for the machine's owner. The other plugins run on. */
export class PluginRefusal extends Error {
  override readonly name = "PluginRefusal";
}
