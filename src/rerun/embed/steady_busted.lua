-- SPDX-License-Identifier: Apache-2.0
-- busted takes one output handler: this one shows what its default shows and writes its own XML too.
return function(options)
	local shown = require('busted.outputHandlers.' .. options.defaultOutput)(options)
	local copy = setmetatable({ arguments = { os.getenv('STEADY_RESULTS') } }, { __index = options })
	local written = require('busted.outputHandlers.junit')(copy)

	return {
		subscribe = function(_, given)
			shown:subscribe(given)
			written:subscribe(copy)
		end,
	}
end
