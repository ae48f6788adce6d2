"""The run in time: the scrubber that replays it, and the chart of its attempts."""
