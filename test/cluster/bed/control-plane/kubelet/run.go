// Package kubelet runs a real kubelet whose container runtime is Kubernetes' own stand-in (kubemark): it mounts, reads and tells as on a node,
// and no container ever runs.
package kubelet

import (
	"context"
	"flag"
	"os"
	"time"

	"go.opentelemetry.io/otel/trace/noop"
	v1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	corev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/record"
	remote "k8s.io/cri-client/pkg"
	fakeremote "k8s.io/cri-client/pkg/fake"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	cadvisortest "k8s.io/kubernetes/pkg/kubelet/cadvisor/testing"
	"k8s.io/kubernetes/pkg/kubelet/cm"
	"k8s.io/kubernetes/pkg/kubemark"
)

// Run runs it until it is killed. Its node is tainted, so that only pods that mean it come there.
func Run() error {
	flags := flag.NewFlagSet("kubelet", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "kubeconfig file")
	name := flags.String("hostname-override", "", "the name of its node")
	port := flags.Int("port", 10350, "where it listens")
	_ = flags.Parse(os.Args[1:])

	ctx := context.Background()
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	runtime := fakeremote.NewFakeRemoteRuntime()
	endpoint, err := fakeremote.GenerateEndpoint()
	if err != nil {
		return err
	}
	if err := runtime.Start(endpoint); err != nil {
		return err
	}
	service, err := remote.NewRemoteRuntimeService(ctx, endpoint, 15*time.Second, noop.NewTracerProvider(), false)
	if err != nil {
		return err
	}
	settings, configuration := kubemark.GetHollowKubeletConfig(&kubemark.HollowKubeletOptions{
		NodeName:            *name,
		KubeletPort:         *port,
		KubeletReadOnlyPort: 0,
		MaxPods:             110,
		NodeLabels:          map[string]string{"kubernetes.io/hostname": *name},
		RegisterWithTaints:  []v1.Taint{{Key: "bed/kubelet", Value: "real", Effect: v1.TaintEffectNoSchedule}},
	})
	hollow := kubemark.NewHollowKubelet(settings, configuration, client, client, &cadvisortest.Fake{NodeName: *name},
		runtime.ImageService, service, cm.NewStubContainerManager())

	// The hollow kubelet calls every container ready, and keeps its events to itself: what it says is what it is here for.
	hollow.KubeletDeps.ProbeManager = nil
	broadcaster := record.NewBroadcaster()
	broadcaster.StartRecordingToSink(&corev1.EventSinkImpl{Interface: client.CoreV1().Events("")})
	hollow.KubeletDeps.Recorder = broadcaster.NewRecorder(legacyscheme.Scheme, v1.EventSource{Component: "kubelet", Host: *name})
	hollow.Run(ctx)
	return nil
}
