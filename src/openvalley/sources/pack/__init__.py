"""Region packs as a source: curated tables that know what registers do not.

Reads a pack's tables and pack.toml, writes organisation records and those of what is curated. Next: resolve/, and
atlas/, where what stands in a pack comes before what registers say.
"""
