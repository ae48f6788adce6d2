"""The hand-off of single attempts to a Dask cluster (contract C14): extra ``cluster``, imported when first used."""
