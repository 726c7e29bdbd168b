"""Region packs as a source: curated tables that know what registers do not."""
