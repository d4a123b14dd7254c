# SPDX-License-Identifier: Apache-2.0
# Listens beside the formatters of the project, whose place those of a command line would take: one
# listener writes the report, the other one which example runs, as a list of one or none. Names are
# those of RspecJunitFormatter.
require "json"
require "rspec_junit_formatter"

class SteadyRunning
  def initialize(output)
    @output = output
    @pid = Process.pid
  end

  def example_started(notification)
    example = notification.example
    group = example.metadata[:example_group]
    group = group[:parent_example_group] while group[:parent_example_group]
    file = group[:file_path]
    note [{ class: file.sub(/\.[^\/]*\z/, "").tr("/", ".").gsub(/\A\.+|\.+\z/, ""),
            name: example.full_description, file: file }]
  end

  def example_passed(_notification)
    note []
  end
  alias example_failed example_passed
  alias example_pending example_passed

  private

  # Whatever goes wrong here is not the tests' affair.
  def note(list)
    return unless Process.pid == @pid

    text = JSON.generate(list)
    @output.rewind
    @output.write(text)
    @output.flush
    @output.truncate(text.bytesize)
  rescue StandardError
    nil
  end
end

if (path = ENV.delete("STEADY_RESULTS"))
  reporter = RSpec.configuration.formatter_loader.reporter
  report = RspecJunitFormatter.new(File.open(path, "w"))
  running = SteadyRunning.new(File.open(File.join(__dir__, "running"), "w"))
  reporter.register_listener(report, :start, :stop, :dump_summary, :close)
  reporter.register_listener(running, :example_started, :example_passed, :example_failed,
                             :example_pending)
end
